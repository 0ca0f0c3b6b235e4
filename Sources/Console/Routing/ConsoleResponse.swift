/// What a handler answers.
public struct ConsoleResponse: Sendable {
  enum Content: Sendable {
    case page(ConsolePage)
    case redirect(LocalPath)
    /// To another site, which the program chose.
    case leave(String)
  }

  let content: Content
  /// Cookies to set, or to take away where the value is nil.
  var cookies: [(cookie: ConsoleCookie, value: String?)] = []

  private init(_ content: Content) { self.content = content }

  /// A page.
  public static func page(_ page: ConsolePage) -> ConsoleResponse { ConsoleResponse(.page(page)) }

  /// Leads the browser on, with GET. What a form that changed something answers.
  public static func redirect(to path: LocalPath) -> ConsoleResponse {
    ConsoleResponse(.redirect(path))
  }

  /// Leads the browser to another site. Only for GET: browsers follow no form there.
  static func leave(to url: String) -> ConsoleResponse { ConsoleResponse(.leave(url)) }

  /// A page that says why there is none.
  public static func problem(_ status: Int, _ title: String, _ text: String) -> ConsoleResponse {
    .page(ConsolePage(title, status: status, width: .narrow) { $0.element("p", text) })
  }
}
