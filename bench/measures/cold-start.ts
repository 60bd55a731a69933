import type { Measure } from '../figure.ts'
export const coldStart: Measure = { name: 'cold-start', run: async () => [] }
