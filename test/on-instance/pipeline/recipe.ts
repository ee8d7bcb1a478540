/** What Image Builder gets: the documents of a recipe, in order. */
export interface Recipe {
  readonly components: readonly RecipeComponent[];
  /** Components of others, whose documents are not in the template, by ARN. They are not run. */
  readonly notRun: readonly string[];
}

export interface RecipeComponent {
  readonly name: string;
  /** The document, or where it was uploaded to. */
  readonly data?: string;
  readonly uri?: string;
}
