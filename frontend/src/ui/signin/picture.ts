/** A drawing as a picture: what comes from elsewhere never becomes part of this page. */
export function picture(svg: string): string {
  const alone = svg.includes("xmlns=") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(alone)}`;
}
