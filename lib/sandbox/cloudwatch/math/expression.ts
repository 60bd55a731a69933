/** An expression of CloudWatch's metric math, as far as the sandbox knows them. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  /** Another metric or expression of the same request. */
  | { readonly kind: 'reference'; readonly id: string }
  | { readonly kind: 'negative'; readonly of: Expression }
  | {
      readonly kind: 'operation'
      readonly operator: Operator
      readonly left: Expression
      readonly right: Expression
    }
  /** Of several time series, moment by moment. */
  | { readonly kind: 'aggregate'; readonly name: Aggregate; readonly of: readonly Expression[] }
  | { readonly kind: 'fill'; readonly of: Expression; readonly value: Expression }
  | {
      readonly kind: 'if'
      readonly condition: Expression
      readonly value: Expression
      readonly otherwise?: Expression
    }

export const operators = ['+', '-', '*', '/', '==', '!=', '<=', '>=', '<', '>'] as const
export type Operator = (typeof operators)[number]

export const aggregates = ['SUM', 'AVG', 'MIN', 'MAX'] as const
export type Aggregate = (typeof aggregates)[number]
