import type { Measure } from '../figure.ts'
export const manyProcesses: Measure = { name: 'many-processes', run: async () => [] }
