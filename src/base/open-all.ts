/** Open things one after another; where one cannot be opened, those before it are closed again. */
export function openAll<Opened extends readonly (Disposable | undefined)[]>(
  ...openers: { readonly [Key in keyof Opened]: () => Opened[Key] }
): Opened {
  const opened: (Disposable | undefined)[] = [];
  try {
    for (const open of openers) opened.push(open());
  } catch (error) {
    for (const each of opened) each?.[Symbol.dispose]();
    throw error;
  }
  return opened as readonly (Disposable | undefined)[] as Opened;
}
