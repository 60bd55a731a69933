import type { Measure } from '../figure.ts'
export const endDelay: Measure = { name: 'end-delay', run: async () => [] }
