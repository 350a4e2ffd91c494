import type { Bells } from '../../shared/limit-increase/upload.ts';
import type { CrashPoint } from '../support/crash-points.ts';
import type { Draw } from './draw.ts';
import type { Scenario } from './scenario.ts';
import type { Process, SimulatedWorld, Worker } from './simulated-world.ts';

// What Lambda does: it gives work to a process and ends it when its time is over. And what befalls it.

/** A worker that a scenario kills or freezes whatever the seed says: for going through its awaits one by one. */
export type Doomed = { readonly invocation: number; readonly point: CrashPoint };

/** Whether the worker came to its end. */
export type Invoke = (name: string, timeoutMs: number, work: (worker: Worker) => Promise<unknown>) => Promise<boolean>;

export type InvocationDeps = {
  readonly world: SimulatedWorld;
  readonly scenario: Pick<Scenario, 'dyingShare' | 'freezingShare' | 'frozenMsMax'>;
  readonly doomed: readonly Doomed[];
  readonly draw: Draw;
  readonly tell: (what: string) => void;
  readonly bells: () => Bells;
};

export function createInvocations({ world, scenario, doomed, draw, tell, bells }: InvocationDeps) {
  const { timeline } = world;
  let processes: Process[] = Array.from({ length: 3 }, world.createProcess);
  let [invocations, crashes, freezes] = [0, 0, 0];
  let calm = false;

  function drawFate(): CrashPoint | undefined {
    const [dies, freezes, at] = [draw.chance(scenario.dyingShare), draw.chance(scenario.freezingShare), draw.below(30)];
    if (calm || (!dies && !freezes)) return undefined;
    const when = freezes ? 'frozen' : draw.chance(0.2) ? 'before' : 'after';
    return { await: 1 + at, when };
  }

  const invoke: Invoke = async (name, timeoutMs, work) => {
    invocations += 1;
    const number = invocations;
    const point = doomed.length > 0 ? doomed.find((one) => one.invocation === number)?.point : drawFate();
    const fate = world.createFate(point, draw.below(scenario.frozenMsMax));
    const index = draw.below(processes.length);
    const process = processes[index] ?? world.createProcess();
    tell(`#${number} ${name} begins${point === undefined ? '' : `, to be ${wordOf(point)} await ${point.await}`}`);
    const callOff = timeline.after(timeoutMs, () => point?.when !== 'frozen' && fate.kill());
    const ended = work(world.createWorker(fate, process, bells())).then(
      () => 'ended',
      (error: unknown) => `failed: ${error instanceof Error ? error.message : String(error)}`,
    );
    const end = await Promise.race([ended, fate.died.then(() => 'died')]);
    callOff();
    tell(`#${number} ${name} ${end} after ${fate.awaits.length} awaits`);
    if (point?.when === 'frozen' && fate.awaits.length >= point.await) freezes += 1;
    if (end === 'died') {
      crashes += 1;
      processes = processes.with(index, world.createProcess());
    }
    return end === 'ended';
  };

  return {
    invoke,
    /** Nobody dies or freezes any more. */
    calm(): void {
      calm = true;
    },
    counted: () => ({ crashes, freezes }),
  };
}

const wordOf = ({ when }: CrashPoint): string =>
  when === 'frozen' ? 'frozen after' : when === 'before' ? 'killed before' : 'killed after';
