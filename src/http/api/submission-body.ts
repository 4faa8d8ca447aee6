import { z } from 'zod';
import type { SubmitCommand } from '../../services/submit.ts';
import { jsonValue, text } from './schemas.ts';

/** Characters of a client identifier URL. */
const MAX_URL = 2_000;

/** What is sent for review: metadata with its version, or the URL of the document that says it. */
export const submissionRequest = z
  .strictObject({
    software_version: z
      .string()
      .regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,98}[\x21-\x7e])?$/, 'must be 1 to 100 printable ASCII characters')
      .optional()
      .describe('needed with client_metadata; a document without one is called by its digest'),
    client_metadata: jsonValue
      .optional()
      .describe('RFC 7591 §2; without software_id and software_version. This, or client_id'),
    client_id: z
      .string()
      .max(MAX_URL)
      .optional()
      .describe('the URL of a Client ID Metadata Document, which is fetched now'),
    note: text(2_000).optional().describe('for the reviewer'),
  })
  .transform((given, context): SubmitCommand => {
    const { software_version: softwareVersion, client_metadata: metadata, client_id: clientId, note } = given;
    const wrong = (path: string, message: string) => {
      context.addIssue({ code: 'custom', path: [path], message, input: given });
      return z.NEVER;
    };
    if (clientId !== undefined)
      return metadata === undefined
        ? { clientId, softwareVersion, note }
        : wrong('client_metadata', 'must be left out where client_id names the document');
    if (metadata === undefined) return wrong('client_metadata', 'is missing; send it, or client_id');
    return softwareVersion === undefined
      ? wrong('software_version', 'is missing; it is needed with client_metadata')
      : { softwareVersion, metadata, note };
  });

/** What is looked at without being sent: the same two ways. */
export const previewRequest = z
  .strictObject({
    client_metadata: jsonValue.optional().describe('this, or client_id'),
    client_id: z.string().max(MAX_URL).optional(),
  })
  .transform((given, context) => {
    const { client_metadata: metadata, client_id: clientId } = given;
    if (metadata !== undefined && clientId === undefined) return { metadata };
    if (clientId !== undefined && metadata === undefined) return { clientId };
    const message =
      clientId === undefined
        ? 'is missing; send it, or client_id'
        : 'must be left out where client_id names the document';
    context.addIssue({ code: 'custom', path: ['client_metadata'], message, input: given });
    return z.NEVER;
  });
