import Crypto
import Testing

@testable import Console

@Suite("QR codes")
struct QRCodeTests {
  /// The first digits of the SHA-256 of what another implementation (segno 1.6) makes, for each
  /// mask.
  private static let made: [(text: String, size: Int, digests: [String])] = [
    (
      "Sallyport", 21,
      [
        "8eda40d9", "9a153fc2", "5a6bff74", "bb3e49db", "99fb286d", "b447d214", "c84f0ce9",
        "bfceee42",
      ]
    ),
    (
      "otpauth://totp/Sallyport%3Aalice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sallyport",
      41,
      [
        "f744ae1d", "c2eb4a5c", "36b61c43", "c6c1c26c", "d97dab55", "fbcade4b", "0d59a8e5",
        "74cbb5c0",
      ]
    ),
    (
      String(repeating: "y", count: 150), 49,
      [
        "ab09d8cc", "ce33a086", "93c63d94", "a213ccbd", "7b548699", "27ac1cbe", "b318640c",
        "01784ff5",
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
