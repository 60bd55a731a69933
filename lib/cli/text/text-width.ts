import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'string-width'

/**
 * Characters that take one column each, whatever stands beside them: Latin, our own marks, and what the boards are drawn with. The
 * first other character costs string-width 20 ms for its table of emoji, which most commands need not spend.
 */
const narrow =
  /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u2193\u2500-\u257f\u2580-\u25fc✓✗⊘]*$/

/** How many columns a text takes in a terminal. */
export function textWidth(text: string): number {
  const shown = text.includes('\u001b') ? stripVTControlCharacters(text) : text
  return narrow.test(shown) ? shown.length : stringWidth(shown)
}
