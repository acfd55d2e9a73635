/** Hands a file to the person: the browser saves it as it saves any other. */
export function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The click has begun the saving; Safari reads the address a moment later.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
