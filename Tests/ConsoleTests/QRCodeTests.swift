import Crypto
import Testing

@testable import Console

@Suite("QR codes")
struct QRCodeTests {
  /// The first digits of the SHA-256 of what another implementation (qrcode 8.2) makes, for each
  /// mask.
  private static let made: [(text: String, size: Int, digests: [String])] = [
    (
      "Sallyport", 21,
      [
        "e1f4633f", "15bb56d9", "b9864024", "89dc05d3", "057c5bfa", "aed4237c", "859ac1d8",
        "98f89bc6",
      ]
    ),
    (
      "otpauth://totp/Sallyport%3Aalice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sallyport",
      41,
      [
        "993c593e", "b6ffbe31", "581392a3", "f84a2785", "62bf3530", "fa142a5b", "0c894cdd",
        "8ac5f09c",
      ]
    ),
    (
      String(repeating: "y", count: 150), 49,
      [
        "6a98ed2b", "445ec7f8", "cf43bc04", "f345098a", "8801b462", "a26f2035", "38ba3601",
        "645bf477",
      ]
    ),
    (
      String(repeating: "z", count: 331), 69,
      [
        "ab01a4e7", "48092365", "b7ec9ca9", "3f6d24bf", "6c255f74", "2e5da443", "8580f975",
        "b75447f4",
      ]
    ),
  ]

  private func modules(_ code: QRCode) -> String {
    code.modules.map { $0 ? "1" : "0" }.joined()
  }

  @Test("codes are those of another implementation", arguments: made.indices)
  func reference(index: Int) throws {
    let (text, size, digests) = Self.made[index]
    let code = try #require(QRCode(Array(text.utf8)))
    #expect(code.size == size)
    let digest = SHA256.hash(utf8: modules(code)).hex.prefix(8)
    #expect(digests.contains(String(digest)))
  }

  @Test func `what is too long has none`() {
    #expect(QRCode([UInt8](repeating: 0, count: 331)) != nil)
    #expect(QRCode([UInt8](repeating: 0, count: 332)) == nil)
  }

  @Test func `a picture holds nothing but its modules`() throws {
    let code = try #require(QRCode([1]))
    var writer = HTMLWriter()
    writer.picture(code, label: "A & B")
    let text = String(decoding: writer.bytes, as: UTF8.self)
    #expect(text.hasPrefix("<svg class=\"qr\" role=\"img\" aria-label=\"A &amp; B\""))
    #expect(text.hasSuffix("\"></path></svg>"))
    #expect(text.split(separator: "M").count - 1 == code.modules.count { $0 })
  }
}
