/** What a task parameter becomes when it is to be left out. Callers drop the key it stands under. */
export const omit: unique symbol = Symbol('omit')
