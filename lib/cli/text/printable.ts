export type PrintableOptions = {
  /**
   * Keep line breaks as they are.
   * @default false
   */
  readonly newlines?: boolean
}

/**
 * Text that a terminal only shows and never obeys: control characters, escape sequences, invisible and text-reversing characters and
 * lone surrogates become `\u{1b}`. Names, log lines and AWS's answers come from others, who could write anything in them.
 */
export function printable(text: string, { newlines = false }: PrintableOptions = {}): string {
  return text.replace(unprintable, character =>
    newlines && character === '\n' ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
}

/**
 * Control, format (bidi overrides, zero-width), surrogate, line and paragraph separator; but not the joiners that emoji and several
 * scripts are written with, nor the format characters that are themselves visible.
 */
const unprintable = /(?![\u200c-\u200d\u0600-\u0605\u06dd\u070f\u08e2])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
