const LONGEST = 10_000;

/** Waits until it is so. @throws when it takes longer than anybody would wait */
export async function until(isSo: () => boolean | Promise<boolean>, longest = LONGEST): Promise<void> {
  const end = Date.now() + longest;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Waited in vain for ${longest} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
