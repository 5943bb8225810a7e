const NOT_DRAWING = 'img, script, iframe, object, embed, image, a, audio, video, input, form';

/**
 * Mermaid's SVG text as an element. Throws when it holds anything but drawing: mermaid's strict mode removes that, this
 * is the second wall.
 */
export function svgOf(text: string): SVGSVGElement {
  const template = document.createElement('template');
  template.innerHTML = text;
  const svg = template.content.querySelector('svg');
  if (svg === null) throw new Error('mermaid drew nothing');
  if (template.content.querySelector(NOT_DRAWING) !== null)
    throw new Error('the drawing holds something that is not a drawing, and is not shown');
  return svg;
}
