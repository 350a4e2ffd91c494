import * as z from 'zod';

const texts = z.record(z.string(), z.string());

/**
 * Of an event of an HTTP API (payload version 2.0), what we look at. API Gateway writes header names in lower case and
 * joins repeated headers and query parameters with a comma.
 */
export const apiRequestSchema = z.object({
  routeKey: z.string(),
  headers: texts.default({}),
  pathParameters: texts.default({}),
  queryStringParameters: texts.default({}),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({ requestId: z.string(), authorizer: z.unknown().optional() }),
});

export type ApiRequest = z.infer<typeof apiRequestSchema>;
