const LESS =
  /\b(less|lower|fewer|cheaper|greener|cleaner|sav(es?|ed|ings?)|reduc(es?|ed|tions?)|cuts?|halves|better|efficient)\b/i;
const WHAT = /\b(energy|power|watts?|electricity|carbon|co2e?|emissions?|footprint|price|cost|costs|bill|money)\b/i;
const SHARE = /\d\s?(%|percent\b)|\b(half|halves|twice|double|triple|\d+(\.\d+)?x|times)\b/i;
/** Words that say what there is less of themselves. */
const CHEAPER = /\b(cheaper|greener|cleaner)\b/i;
/** Words that claim by themselves, without a figure. */
const ADJECTIVE = /\b(energy|power|cost|carbon)[- ](efficient|saving|savings|saver)\b|\b(greener|eco-friendly)\b/i;
const VERB =
  /\b(saves?|saving|cuts?|slash(es)?|halves)\b[^.]{0,40}\b(energy|power|watts?|electricity|carbon|emissions?|bill|money)\b/i;

/** The sentences of a text, of which markup and the signs of comments are taken off. */
export function sentencesOf(text: string): string[] {
  return text
    .replace(/^\s*(\/\*\*?|\*\/|\*|\/\/|#+|>|-)\s?/gm, '')
    .split(/\n\s*\n|\|/)
    .flatMap((paragraph) => paragraph.replace(/\s+/g, ' ').split(/(?<=[.!?;])\s/))
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

/** Whether a sentence claims that something needs less power or money than something else. */
export function claimsSaving(sentence: string): boolean {
  const isShare = LESS.test(sentence) && (WHAT.test(sentence) || CHEAPER.test(sentence)) && SHARE.test(sentence);
  return isShare || ADJECTIVE.test(sentence) || VERB.test(sentence);
}
