// A file outside of the folder of the notebook features/features.ipynb.
export function shout(text: string): string {
  return `${text.toUpperCase()}!`;
}
