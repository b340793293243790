import type { PictureKind } from '../picture/picture.ts';

/** As much of `images.generate` as the names of the pictures depend on. */
export interface GeneratedCount {
  readonly count: number;
  readonly kind: 'mixed' | PictureKind;
}

/** What is known of a generated picture before a seed is. */
export interface GeneratedName {
  readonly name: string;
  readonly kind: PictureKind;
}

const EXTENSION: Readonly<Record<PictureKind, string>> = { png: 'png', jpeg: 'jpg' };

/** The generated pictures in order: `image-001.png`, `image-002.jpg`, … */
export function generatedNames({ count, kind }: GeneratedCount): GeneratedName[] {
  const digits = Math.max(3, String(count).length);
  return Array.from({ length: count }, (_, index) => {
    const own = kind === 'mixed' ? (index % 2 === 0 ? 'png' : 'jpeg') : kind;
    const number = String(index + 1).padStart(digits, '0');
    return { name: `image-${number}.${EXTENSION[own]}`, kind: own };
  });
}
