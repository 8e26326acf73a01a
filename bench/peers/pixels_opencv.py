"""OpenCV: JPEGs decoded smaller where that is enough, then INTER_AREA; one thread in each process, since its codecs have no more."""

import sys

import pixels

try:
    import cv2
except ImportError:
    sys.exit("OpenCV is not installed (Debian: python3-opencv)")

cv2.setNumThreads(1)


def grey(source, target):
    cv2.imwrite(target + ".jpg", cv2.imread(source, cv2.IMREAD_GRAYSCALE), [cv2.IMWRITE_JPEG_QUALITY, 85])


def fit(source, target):
    half = cv2.imread(source, cv2.IMREAD_REDUCED_COLOR_2)
    cv2.imwrite(target + ".jpg", cv2.resize(half, (1024, 768), interpolation=cv2.INTER_AREA), [cv2.IMWRITE_JPEG_QUALITY, 82])


def webp(source, target):
    quarter = cv2.imread(source, cv2.IMREAD_REDUCED_COLOR_4)
    cv2.imwrite(target + ".webp", cv2.resize(quarter, (512, 384), interpolation=cv2.INTER_AREA), [cv2.IMWRITE_WEBP_QUALITY, 80])


if __name__ == "__main__":
    pixels.measure(
        f"OpenCV {cv2.__version__}",
        {
            "12 MP JPEG to grey JPEG, quality 85": (grey, "12mp.jpg", 40),
            "12 MP JPEG to 1024 px JPEG, quality 82": (fit, "12mp.jpg", 40),
            "12 MP JPEG to 512 px WebP": (webp, "12mp.jpg", 40),
        },
    )
