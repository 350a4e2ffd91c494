/** What was built is torn down in the reverse order. Each step is taken even if one before it failed. */
export type Teardown = {
  readonly add: (step: () => Promise<void> | void) => void;
  /** Once, however often it is called. @throws AggregateError of what failed. */
  readonly run: () => Promise<void>;
};

export function createTeardown(): Teardown {
  const steps: (() => Promise<void> | void)[] = [];
  let running: Promise<void> | undefined;
  const run = async () => {
    const errors: unknown[] = [];
    for (const step of steps.toReversed()) {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'The local cloud did not end in order.');
  };
  return {
    add: (step) => {
      steps.push(step);
    },
    run: () => {
      running ??= run();
      return running;
    },
  };
}
