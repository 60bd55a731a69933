import type { ecr } from '../wire/handlers.ts'
import { findingsAnnotation } from './annotations.ts'
import { annotationsOf } from './annotations-of.ts'
import { parseManifest } from './manifest.ts'
import { isSeverity, severities, type Severity } from './severity.ts'
import type { ImageState } from './state.ts'

/** ECR's basic scanning looks at images, not at an index of them. */
export function isScannable({ manifest }: Pick<ImageState, 'manifest'>): boolean {
  return parseManifest(manifest)?.manifests === undefined
}

/** How many findings of each severity a scan has: those that the image says it has. */
export function findingCounts(image: ImageState): Partial<Record<Severity, number>> {
  const said = annotationsOf({ images: [] }, image)[findingsAnnotation] ?? ''
  return Object.fromEntries(
    said.split(',').flatMap(text => {
      const [severity = '', count] = text.split(':')
      return isSeverity(severity) && Number(count) > 0 ? [[severity, Number(count)]] : []
    }),
  )
}

/** Findings as a scan lists them, the worst first. */
export function findings(image: ImageState): ecr.ImageScanFinding[] {
  const counts = findingCounts(image)
  return severities.flatMap(severity =>
    Array.from({ length: counts[severity] ?? 0 }, (_, index): ecr.ImageScanFinding => {
      const name = `CVE-2026-${severities.indexOf(severity) + 1}${String(index + 1).padStart(4, '0')}`
      return {
        name,
        severity,
        uri: `https://cve.mitre.org/cgi-bin/cvename.cgi?name=${name}`,
        description: 'A finding that the image was pushed with.',
        attributes: [
          { key: 'package_name', value: 'sandbox' },
          { key: 'package_version', value: `1.0.${index}` },
        ],
      }
    }),
  )
}
