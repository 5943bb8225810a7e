/** Drawn characters of a label's two lines; names are whole beside the picture. */
export const LONGEST_NAME = 26;
export const LONGEST_DETAIL = 34;
