/** The words of a command line as a shell would part them, without variables and patterns; undefined if a quote is open. */
export function shellWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const letter = line[i] ?? '';
    if (quote === '' && /\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (quote === '' && (letter === '"' || letter === "'")) {
      quote = letter;
      word ??= '';
    } else if (letter === quote) {
      quote = '';
    } else if (letter === '\\' && quote !== "'") {
      i++;
      const next = line[i] ?? '';
      // Between double quotes, a backslash stays before all but these (POSIX 2.2.3).
      word = `${word ?? ''}${quote === '"' && !'"\\$`'.includes(next) ? '\\' : ''}${next}`;
    } else {
      word = `${word ?? ''}${letter}`;
    }
  }
  if (quote !== '') return undefined;
  return word === undefined ? words : [...words, word];
}
