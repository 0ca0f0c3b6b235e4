public import HTTP
public import Identity

/// What a handler is given. A form was checked before: its cookie, its token and where it came
/// from.
public struct ConsoleRequest: Sendable {
  /// The exchange itself, for its fields; the console reads its body and answers it.
  public let exchange: HTTPExchange
  /// The numeric address the request came from, behind trusted proxies the client's.
  let address: String
  /// The web site as which the browser reached the console.
  public let site: ConsoleSite
  /// Who asks; never nil for a route that is for people.
  public let person: Person?
  /// What each form of the answer must hold: ``HTMLWriter/form(to:token:_:_:)``.
  public let formToken: String
  /// The parts of the path at the `*`s of the route.
  public let parts: [String]
  /// What stands after `?`.
  public let query: FormFields
  /// What the form holds; empty for GET.
  public let fields: FormFields
  /// The session's cookie, if it names somebody.
  let session: String?
  /// The cookie that forms and challenges are bound to: the session's on pages for people, the
  /// visit's on the others.
  let binding: String
}
