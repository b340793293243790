/**
 * Whether another version of an image so called can be made: the lab draws PNG and JPEG, and peers keep only
 * what is what its name says.
 */
export function hasVersions(name: string): boolean {
  return /\.(png|jpe?g)$/i.test(name);
}
