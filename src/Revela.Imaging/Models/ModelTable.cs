namespace Revela.Imaging.Models;

/// <summary>
/// Every network that can be run, a line each. Sizes, normalisation and output handling of the mask networks are those of rembg (MIT), its session classes;
/// of the enlarging networks those of Real-ESRGAN (BSD-3). Checksums are those that rembg publishes.
/// </summary>
public static class ModelTable
{
    const string Rembg = "https://github.com/danielgatis/rembg/releases/download/v0.0.0/";
    const string Apache = "Apache-2.0", Mit = "MIT", Bsd = "BSD-3-Clause", Yours = "yours", NonCommercial = "non-commercial (BRIA)";

    static readonly (float, float, float) ImageNetMean = (0.485f, 0.456f, 0.406f), ImageNetDeviation = (0.229f, 0.224f, 0.225f);
    static readonly (float, float, float) Half = (0.5f, 0.5f, 0.5f), One = (1, 1, 1);

    public static IReadOnlyList<MaskModel> Masks { get; } =
    [
        U2Net("u2net", MaskReading.StretchedAndClipped, 176, "60024c5c889badc19c04ad937298a77b"),
        U2Net("u2netp", MaskReading.Stretched, 5, "8e83ca70e441ab06c318d82300c84806"),
        U2Net("u2net_human_seg", MaskReading.Stretched, 176, "c09ddc2e0104f800e3e1bb4652583d1f"),
        U2Net("silueta", MaskReading.Stretched, 44, "55e59e0d8062d2f5d013f4725ee84782"),
        new("u2net_cloth_seg", "u2net_cloth_seg.onnx", Mit, 768, ImageNetMean, ImageNetDeviation, MaskReading.Classes, 3000) { Source = Rembg + "u2net_cloth_seg.onnx", Checksum = "md5:2434d1f3cb744e0e49386c906e5a08bb", Megabytes = 176 },
        IsNet("isnet-general-use", Half, 179, "fc16ebd8b0c10d971d3513d564d01e29"),
        IsNet("isnet-anime", ImageNetMean, 176, "6f184e756bb3bd901c8849220a83e38e"),
        BiRefNet("birefnet-general", "BiRefNet-general-epoch_244.onnx", 973, "7a35a0141cbbc80de11d9c9a28f52697"),
        BiRefNet("birefnet-general-lite", "BiRefNet-general-bb_swin_v1_tiny-epoch_232.onnx", 224, "4fab47adc4ff364be1713e97b7e66334"),
        BiRefNet("birefnet-portrait", "BiRefNet-portrait-epoch_150.onnx", 973, "c3a64a6abf20250d090cd055f12a3b67"),
        BiRefNet("birefnet-dis", "BiRefNet-DIS-epoch_590.onnx", 973, "2d4d44102b446f33a4ebb2e56c051f2b"),
        BiRefNet("birefnet-hrsod", "BiRefNet-HRSOD_DHU-epoch_115.onnx", 973, "c017ade5de8a50ff0fd74d790d268dda"),
        BiRefNet("birefnet-cod", "BiRefNet-COD-epoch_125.onnx", 973, "f6d0d21ca89d287f17e7afe9f5fd3b45"),
        BiRefNet("birefnet-massive", "BiRefNet-massive-TR_DIS5K_TR_TEs-epoch_420.onnx", 973, "33e726a2136a3d59eb0fdf613e31e3e9"),
        new("bria-rmbg", "bria-rmbg-2.0.onnx", NonCommercial, 1024, ImageNetMean, ImageNetDeviation, MaskReading.Stretched, 6000) { Source = Rembg + "bria-rmbg-2.0.onnx", Checksum = "sha256:5b486f08200f513f460da46dd701db5fbb47d79b4be4b708a19444bcd4e79958" },
        new("u2net_custom", "u2net_custom.onnx", Yours, 320, ImageNetMean, ImageNetDeviation, MaskReading.Stretched, 600),
        new("dis_custom", "dis_custom.onnx", Yours, 1024, Half, One, MaskReading.Stretched, 4000),
        new("ben_custom", "ben_custom.onnx", Yours, 1024, Half, One, MaskReading.Stretched, 6000),
    ];

    /// <summary>Real-ESRGAN publishes weights for PyTorch only; docs/models.md says how they become these files.</summary>
    public static IReadOnlyList<EnlargingModel> Enlargers { get; } =
    [
        new("realesr-general-x4v3", "realesr-general-x4v3.onnx", Bsd, Scale: 4, Multiple: 1, Context: 32, BytesPerPixel: 2048) { Megabytes = 5 },
        new("realesr-general-wdn-x4v3", "realesr-general-wdn-x4v3.onnx", Bsd, Scale: 4, Multiple: 1, Context: 32, BytesPerPixel: 2048) { Megabytes = 5 },
        new("realesr-animevideov3", "realesr-animevideov3.onnx", Bsd, Scale: 4, Multiple: 1, Context: 20, BytesPerPixel: 2048) { Megabytes = 3 },
        new("realesrgan-x4plus", "RealESRGAN_x4plus.onnx", Bsd, Scale: 4, Multiple: 1, Context: 16, BytesPerPixel: 16384) { Megabytes = 67 },
        new("realesrnet-x4plus", "RealESRNet_x4plus.onnx", Bsd, Scale: 4, Multiple: 1, Context: 16, BytesPerPixel: 16384) { Megabytes = 67 },
        new("realesrgan-x2plus", "RealESRGAN_x2plus.onnx", Bsd, Scale: 2, Multiple: 2, Context: 16, BytesPerPixel: 8192) { Megabytes = 67 },
        new("realesrgan-x4plus-anime-6b", "RealESRGAN_x4plus_anime_6B.onnx", Bsd, Scale: 4, Multiple: 1, Context: 16, BytesPerPixel: 16384) { Megabytes = 17 },
    ];

    public static IReadOnlyList<Model> All { get; } = [.. Masks, .. Enlargers];

    public static Model? Find(string name) => All.FirstOrDefault(model => model.Name == name);

    static MaskModel U2Net(string name, MaskReading reading, int megabytes, string md5) =>
        new(name, name + ".onnx", Apache, 320, ImageNetMean, ImageNetDeviation, reading, WorkingMegabytes: 600) { Source = $"{Rembg}{name}.onnx", Checksum = "md5:" + md5, Megabytes = megabytes };

    static MaskModel IsNet(string name, (float, float, float) mean, int megabytes, string md5) =>
        new(name, name + ".onnx", Apache, 1024, mean, One, MaskReading.Stretched, WorkingMegabytes: 4000) { Source = $"{Rembg}{name}.onnx", Checksum = "md5:" + md5, Megabytes = megabytes };

    static MaskModel BiRefNet(string name, string file, int megabytes, string md5) =>
        new(name, file, Mit, 1024, ImageNetMean, ImageNetDeviation, MaskReading.LogisticStretched, WorkingMegabytes: 6000) { Source = Rembg + file, Checksum = "md5:" + md5, Megabytes = megabytes };
}
