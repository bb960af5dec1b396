import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { FileMissing, FilesTooMany, FileTooLarge, FormBroken, NotAForm } from '../platform/files/file.errors.js';

export const LARGEST_FILE = 10 * 1024 * 1024;
/** What a form may weigh beside the file in it. */
const FORM_AROUND = 64 * 1024;
const TITLE_BYTES = 2000;

export interface Upload {
  readonly name: string;
  readonly content: Buffer;
  readonly milestone: string | null;
  readonly title: string | null;
}

const tooLarge = () => new FileTooLarge({ megabytes: LARGEST_FILE / 1_048_576 });

/**
 * The one file of a form, with the fields beside it in any order. Nothing is kept of a form that is refused or cut off:
 * up to the limit it is held in memory, because only a whole file can be looked into.
 *
 * @throws NotAForm, FileTooLarge, FilesTooMany, FileMissing or FormBroken
 */
export async function readUpload(request: FastifyRequest): Promise<Upload> {
  if (!request.isMultipart()) throw new NotAForm();
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_FILE + FORM_AROUND) throw tooLarge();
  let file: { name: string; content: Buffer } | null = null;
  const fields = new Map<string, string>();
  try {
    const limits = { fileSize: LARGEST_FILE, files: 1, fields: 2, parts: 3, fieldSize: TITLE_BYTES };
    for await (const part of request.parts({ limits })) {
      if (part.type === 'file') file = { name: nameOf(part), content: await contentOf(part) };
      else fields.set(part.fieldname, String(part.value).trim());
    }
  } catch (error) {
    throw refusalOf(error);
  }
  if (!file) throw new FileMissing();
  return { ...file, milestone: fields.get('milestone') || null, title: fields.get('title') || null };
}

/** Browsers write these three letters of a name in another way (HTML, form submission); nothing else is escaped. */
const nameOf = ({ filename }: MultipartFile): string => filename.replaceAll(/%(22|0D|0A)/gi, '"');

async function contentOf(part: MultipartFile): Promise<Buffer> {
  const content = await part.toBuffer();
  if (part.file.truncated) throw tooLarge();
  return content;
}

const REFUSALS: Readonly<Record<string, () => Error>> = {
  FST_REQ_FILE_TOO_LARGE: tooLarge,
  FST_FILES_LIMIT: () => new FilesTooMany(),
  FST_PARTS_LIMIT: () => new FormBroken(),
  FST_FIELDS_LIMIT: () => new FormBroken(),
  FST_PROTO_VIOLATION: () => new FormBroken(),
};

/** What the parser finds wrong is the sender's doing, whatever it is called. */
function refusalOf(error: unknown): Error {
  if (error instanceof FileTooLarge) return error;
  return (REFUSALS[String((error as { code?: unknown }).code)] ?? (() => new FormBroken()))();
}
