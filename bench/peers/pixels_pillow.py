"""Pillow: JPEGs decoded smaller or in grey alone by draft(), then thumbnail() with Lanczos as Revela and sharp have it."""

import sys

import pixels

try:
    import PIL
    from PIL import Image
except ImportError:
    sys.exit("Pillow is not installed (Debian: python3-pil)")


def grey(source, target):
    with Image.open(source) as picture:
        # Reads luma alone; convert("L") would decode colours first and give the same picture.
        picture.draft("L", picture.size)
        picture.convert("L").save(target + ".jpg", quality=85)


def fit(source, target):
    with Image.open(source) as picture:
        picture.draft("RGB", (1024, 1024))
        picture.thumbnail((1024, 1024), Image.Resampling.LANCZOS)
        picture.save(target + ".jpg", quality=82)


def webp(source, target):
    with Image.open(source) as picture:
        picture.draft("RGB", (512, 512))
        picture.thumbnail((512, 512), Image.Resampling.LANCZOS)
        picture.save(target + ".webp", quality=80)


def clear(source, target):
    with Image.open(source) as picture:
        picture.thumbnail((1024, 1024), Image.Resampling.LANCZOS)
        picture.save(target + ".png")


if __name__ == "__main__":
    pixels.measure(
        f"Pillow {PIL.__version__}",
        {
            "12 MP JPEG to grey JPEG, quality 85": (grey, "12mp.jpg", 40),
            "12 MP JPEG to 1024 px JPEG, quality 82": (fit, "12mp.jpg", 40),
            "12 MP JPEG to 512 px WebP": (webp, "12mp.jpg", 40),
            "12 MP PNG with alpha to 1024 px PNG": (clear, "12mp-alpha.png", 8),
        },
    )
