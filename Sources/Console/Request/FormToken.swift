import Crypto

/// What a form must bring along, so that no other site can make a browser send it: made of the
/// cookie that the browser sends by itself, and not to be made without it.
enum FormToken {
  /// The name of the field.
  static let field = "csrf"
  private static let purpose = Array("sallyport console form".utf8)

  static func make(for cookie: String) -> String {
    HMACSHA256.authenticate(purpose, key: Array(cookie.utf8)).base64URL
  }

  static func isValid(_ token: String?, for cookie: String) -> Bool {
    ConstantTime.areEqual(Array((token ?? "").utf8), Array(make(for: cookie).utf8))
  }
}
