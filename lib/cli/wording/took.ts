/** How long something took, to be read aloud: `41 s`, `2 min 21 s`, `1 h 5 min`. */
export function took(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return parts(minutes, 'min', seconds % 60, 's')
  return parts(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}

function parts(first: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${first} ${unit}` : `${first} ${unit} ${rest} ${restUnit}`
}
