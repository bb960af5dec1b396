import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { FileMissing, FilesTooMany, FileTooLarge, FormBroken, NotAForm } from './file.errors.js';

/** What a form may weigh beside the file in it. */
const FORM_AROUND = 64 * 1024;
const FIELD_BYTES = 2000;

export interface FormUpload {
  readonly name: string;
  readonly content: Buffer;
  /** The fields beside the file, without blanks around them. */
  readonly fields: ReadonlyMap<string, string>;
}

/**
 * The one file of a form, with the fields beside it in any order. Nothing is kept of a form that is refused or cut off:
 * up to the limit it is held in memory, because only a whole file can be looked into.
 *
 * @throws NotAForm, FileTooLarge, FilesTooMany, FileMissing or FormBroken
 */
export async function readForm(
  request: FastifyRequest,
  { largest, mostFields }: { largest: number; mostFields: number },
): Promise<FormUpload> {
  const tooLarge = () => new FileTooLarge({ megabytes: largest / 1_048_576 });
  if (!request.isMultipart()) throw new NotAForm();
  if (Number(request.headers['content-length'] ?? 0) > largest + FORM_AROUND) throw tooLarge();
  let file: { name: string; content: Buffer } | null = null;
  const fields = new Map<string, string>();
  try {
    const limits = { fileSize: largest, files: 1, fields: mostFields, parts: mostFields + 1, fieldSize: FIELD_BYTES };
    for await (const part of request.parts({ limits })) {
      if (part.type === 'file') file = { name: nameOf(part), content: await contentOf(part, tooLarge) };
      else fields.set(part.fieldname, String(part.value).trim());
    }
  } catch (error) {
    throw refusalOf(error, tooLarge);
  }
  if (!file) throw new FileMissing();
  return { ...file, fields };
}

/** Browsers write these three letters of a name in another way (HTML, form submission); nothing else is escaped. */
const nameOf = ({ filename }: MultipartFile): string => filename.replaceAll(/%(22|0D|0A)/gi, '"');

async function contentOf(part: MultipartFile, tooLarge: () => Error): Promise<Buffer> {
  const content = await part.toBuffer();
  if (part.file.truncated) throw tooLarge();
  return content;
}

/** What the parser finds wrong is the sender's doing, whatever it is called. */
function refusalOf(error: unknown, tooLarge: () => Error): Error {
  if (error instanceof FileTooLarge) return error;
  const code = String((error as { code?: unknown }).code);
  if (code === 'FST_REQ_FILE_TOO_LARGE') return tooLarge();
  return code === 'FST_FILES_LIMIT' ? new FilesTooMany() : new FormBroken();
}
