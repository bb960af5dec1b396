const LONGEST = 120;
const LONGEST_ENDING = 10;

/**
 * The name to keep: its last step, without characters that hide what it is or that a disk would not take. Joiners stay,
 * because Arabic and Persian words need them.
 */
export function cleanFileName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? '';
  const name = last
    .normalize('NFC')
    .replaceAll(/(?![\u200c\u200d])[\p{C}\ufffd]/gu, '')
    .replaceAll(/[<>:"|?*]/g, '_')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/[ .]+$/g, '');
  const ending = endingOf(name);
  const stem = (ending ? name.slice(0, -ending.length - 1) : name).replaceAll(/^[ .]+|[ .]+$/g, '');
  const room = LONGEST - (ending ? ending.length + 1 : 0);
  const kept = cut(stem, room) || 'file';
  return ending ? `${kept}.${ending}` : kept;
}

/** `pdf` of `Report.PDF`; empty when there is none. */
export function endingOf(name: string): string {
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return ending.length <= LONGEST_ENDING ? ending : '';
}

/** Never in the middle of a letter. */
function cut(text: string, length: number): string {
  let kept = '';
  for (const letter of text) {
    if (kept.length + letter.length > length) break;
    kept += letter;
  }
  return kept.trim();
}

/** `attachment` with the name in every alphabet (RFC 6266), and in plain letters for what cannot read that. */
export function attachmentHeader(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
