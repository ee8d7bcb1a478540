import { Problem } from '../../validation';
import { nearestWords } from './edit-distance';

/** `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`. */
const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

/**
 * The words of directions in names of regions. AWS opens regions faster than a list of them can be kept, but each is named
 * by these: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html, read 2026-11-23.
 */
const DIRECTIONS = ['central', 'east', 'north', 'northeast', 'northwest', 'south', 'southeast', 'southwest', 'west'];

/** Edits beyond which a word is another one, and no misspelling. */
const FURTHEST = 2;

/** What is wrong with the name of a region, or nothing. It does not say the name, which may be anything. */
export function regionProblem(region: string): Omit<Problem, 'what'> | undefined {
  const allowed = 'a region such as us-east-1';
  if (!REGION.test(region)) {
    const fix = /\d[a-z]$/.test(region) ? 'take the letter of the Availability Zone off' : 'correct it';
    return { got: 'another text', allowed, fix };
  }
  const meant = region.split('-').map(meantWord).join('-');
  return meant === region ? undefined : { got: 'a name that is misspelt', allowed, fix: `did you mean ${meant}?` };
}

function meantWord(word: string, index: number): string {
  const [nearest] = index === 0 || DIRECTIONS.includes(word) ? [] : nearestWords(word, DIRECTIONS, FURTHEST, 1);
  return nearest ?? word;
}
