export function count(word) {
  return word.length;
}
