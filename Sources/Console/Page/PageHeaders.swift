import HTTP

/// What every answer of the console says to the browser.
enum PageHeaders {
  /// No script, style or picture but the console's own files; no form to elsewhere; in no frame.
  static let policy = """
    default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types
    """

  static func common(type: String) -> HTTPHeaders {
    [
      "Content-Type": type,
      "Content-Security-Policy": policy,
      "X-Content-Type-Options": "nosniff",
      "X-Frame-Options": "DENY",
      "Referrer-Policy": "no-referrer",
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Resource-Policy": "same-origin",
      "Permissions-Policy":
        "publickey-credentials-create=(self), publickey-credentials-get=(self), camera=(), "
        + "geolocation=(), microphone=()",
    ]
  }

  static func page() -> HTTPHeaders {
    var headers = common(type: "text/html; charset=utf-8")
    headers.add("Cache-Control", "no-store")
    return headers
  }

  static func asset(type: String) -> HTTPHeaders {
    var headers = common(type: type)
    headers.add("Cache-Control", "public, max-age=31536000, immutable")
    return headers
  }
}
