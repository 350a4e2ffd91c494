import * as z from 'zod';

/** The value that a text of JSON stands for; its faults do not repeat the text. */
export const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    context.issues.push({ code: 'custom', message: 'is no JSON', input: text });
    return z.NEVER;
  }
});
