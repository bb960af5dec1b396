/** Where a version is found for ever; its files have their names after it. */
export const publicationUrl = (
  publicUrl: string,
  { plan, periodKey, version }: { readonly plan: string; readonly periodKey: string; readonly version: number },
): string => `${publicUrl}/api/v1/plans/${plan}/publications/${encodeURIComponent(periodKey)}/v/${version}`;
