using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Revela.Journeys.Afar;

/// <summary>A certificate authority that nobody knows but who is told of it, and a certificate for this machine's loopback that it signed; as PEM files.</summary>
sealed class OwnAuthority
{
    static readonly DateTimeOffset from = TimeProvider.System.GetUtcNow().AddDays(-1), to = from.AddDays(3);

    OwnAuthority(string folder) => (File, CertificateFile, KeyFile) = (Path.Combine(folder, "authority.pem"), Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));

    /// <summary>What who is to trust it is given.</summary>
    public string File { get; }

    public string CertificateFile { get; }
    public string KeyFile { get; }

    public static async Task<OwnAuthority> Make(string folder)
    {
        var made = new OwnAuthority(folder);
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = new CertificateRequest("CN=An authority of its own", rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        root.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        using var authority = root.CreateSelfSigned(from, to);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Revela", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, from, to, RandomNumberGenerator.GetBytes(12));

        await System.IO.File.WriteAllTextAsync(made.File, authority.ExportCertificatePem());
        await System.IO.File.WriteAllTextAsync(made.CertificateFile, certificate.ExportCertificatePem());
        await System.IO.File.WriteAllTextAsync(made.KeyFile, key.ExportPkcs8PrivateKeyPem());
        return made;
    }
}
