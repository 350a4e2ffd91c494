import * as z from 'zod';

/** What a template's references lead to. `undefined`: the name is not known, which is an error. */
export type References = {
  /** Of a resource's logical ID or a pseudo parameter. */
  readonly ref: (name: string) => string | undefined;
  readonly attribute: (logicalId: string, attribute: string) => string | undefined;
};

export class IntrinsicError extends Error {
  override readonly name = 'IntrinsicError';
}

/** Puts values in the place of Ref, Fn::GetAtt, Fn::Sub, Fn::Join, Fn::Select and Fn::Split, however deep. */
export type Resolve = (value: unknown) => unknown;

/** @returns a resolver that throws IntrinsicError for any other function, and for a reference that leads nowhere. */
export function createResolver(references: References): Resolve {
  const ref = (name: string) =>
    references.ref(name) ?? fail(`Ref ${name}: nothing of that name is known to the local cloud`);
  const attribute = (id: string, name: string) =>
    references.attribute(id, name) ?? fail(`Fn::GetAtt ${id}.${name} is not known to the local cloud`);

  const intrinsics: Readonly<Record<string, (argument: unknown) => unknown>> = {
    Ref: (argument) => ref(parse(z.string(), argument, 'Ref')),
    'Fn::GetAtt': (argument) => {
      const path = typeof argument === 'string' ? splitOnce(argument) : argument;
      return attribute(...parse(z.tuple([z.string(), z.string()]), path, 'Fn::GetAtt'));
    },
    'Fn::Sub': (argument) => {
      const [text, own] = parse(subSchema, typeof argument === 'string' ? [argument, {}] : argument, 'Fn::Sub');
      return substitute(text, (name) => {
        if (Object.hasOwn(own, name)) return resolveText(own[name], 'Fn::Sub');
        return name.includes('.') ? attribute(...splitOnce(name)) : ref(name);
      });
    },
    'Fn::Join': (argument) => {
      const [glue, parts] = parse(z.tuple([z.string(), z.unknown()]), argument, 'Fn::Join');
      return parse(z.array(textSchema), resolve(parts), 'Fn::Join').join(glue);
    },
    'Fn::Select': (argument) => {
      const [index, parts] = parse(z.tuple([z.coerce.number().int(), z.unknown()]), argument, 'Fn::Select');
      return parse(z.array(z.unknown()), resolve(parts), 'Fn::Select')[index] ?? fail(`Fn::Select: no part ${index}`);
    },
    'Fn::Split': (argument) => {
      const [separator, text] = parse(z.tuple([z.string(), z.unknown()]), argument, 'Fn::Split');
      return resolveText(text, 'Fn::Split').split(separator);
    },
  };

  const resolveText = (value: unknown, where: string) => parse(textSchema, resolve(value), where);

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined && isIntrinsic(only[0])) {
      const [name, argument] = only;
      const intrinsic = intrinsics[name] ?? (() => fail(`${name} is not understood by the local cloud`));
      return intrinsic(argument);
    }
    return Object.fromEntries(entries.map(([key, inner]) => [key, resolve(inner)]));
  }
  return resolve;
}

const textSchema = z.union([z.string(), z.number().transform(String)]);
const subSchema = z.tuple([z.string(), z.record(z.string(), z.unknown())]);

/** `${!Literal}` stands for `${Literal}` itself. */
function substitute(text: string, textOf: (name: string) => string): string {
  return text.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) =>
    name.startsWith('!') ? `\${${name.slice(1)}}` : textOf(name.trim()),
  );
}

function splitOnce(path: string): [string, string] {
  const dot = path.indexOf('.');
  return [path.slice(0, dot), path.slice(dot + 1)];
}

// A property may be called Condition (a policy statement's is): only the name with a text behind it would be the function.
function isIntrinsic(name: string): boolean {
  return name === 'Ref' || name.startsWith('Fn::');
}

function parse<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : fail(`${where} is malformed: ${z.prettifyError(parsed.error)}`);
}

function fail(message: string): never {
  throw new IntrinsicError(message);
}
