const steps = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** A number of bytes to be read aloud: `412 MB`, `1.4 GB`; in powers of ten, as registries and Docker show them. */
export function sizeText(bytes: number): string {
  let value = bytes
  let index = 0
  while (value >= 999.5 && index < steps.length - 1) {
    value /= 1000
    index += 1
  }
  const digits = index === 0 || value >= 9.95 ? 0 : 1
  return `${value.toFixed(digits)} ${steps[index] ?? ''}`
}
