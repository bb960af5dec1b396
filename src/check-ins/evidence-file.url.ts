/** Where a file can be fetched. Its name stands in it for people; the id decides. */
export const evidenceUrl = (publicUrl: string, { id, name }: { readonly id: string; readonly name: string }): string =>
  `${publicUrl}/evidence/${id}/${encodeURIComponent(name)}`;
