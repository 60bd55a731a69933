/** What an annotation is: `error` and `warning` stand out, `notice` does not. */
export type AnnotationLevel = 'error' | 'warning' | 'notice'

export type Annotation = { readonly level: AnnotationLevel; readonly title: string; readonly message: string }

/**
 * An annotation as GitHub's runner reads it off the output: whatever the texts hold, they stay texts of this one annotation
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands; escapes as in actions/toolkit).
 */
export function workflowCommand({ level, title, message }: Annotation): string {
  return `::${level} title=${property(title)}::${data(message)}`
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
