import Crypto
public import HTTP
public import Identity
import Reactor

/// The pages for people, on the gateway's own port below `/console`. Any loop.
public final class Console: Sendable {
  /// The longest body of a form.
  static let bodyBytesMax = 64 * 1024

  let people: People
  let sites: ConsoleSites
  private let proxies: TrustedProxies?
  private let sections: [ConsoleSection]
  private let table: RouteTable
  private let openID: OpenIDRoutes?

  /// A console.
  /// - Parameters:
  ///   - openID: by which people sign in besides.
  ///   - proxies: in front of the gateway, whose word on where a request came from is taken.
  ///   - sections: parts that the head leads to.
  ///   - routes: their pages and forms, beside sign-in and account.
  public init(
    people: People, openID signIn: OpenIDSignIn? = nil, sites: ConsoleSites,
    behind proxies: TrustedProxies? = nil,
    sections: [ConsoleSection] = [], routes: [ConsoleRoute] = []
  ) {
    let openID = signIn.map { OpenIDRoutes(signIn: $0, people: people) }
    self.openID = openID
    self.people = people
    self.sites = sites
    self.proxies = proxies
    self.sections = sections
    table = RouteTable(
      routes: Self.home(sections) + SignInRoutes(people: people, openID: signIn).routes
        + (openID?.routes ?? [])
        + InvitationRoutes(people: people).routes + DeviceRoutes(people: people).routes
        + AccountRoutes(people: people).routes + routes)
  }

  /// Whether a request is the console's.
  public static func serves(_ path: String) -> Bool {
    path == "/console" || path.hasPrefix("/console/")
  }

  /// Serves one request. On the exchange's loop.
  public func serve(_ exchange: HTTPExchange) {
    if exchange.method == "GET", let asset = Assets.named(exchange.path) {
      return exchange.respond(
        status: 200, headers: PageHeaders.asset(type: asset.type), body: asset.bytes)
    }
    exchange.loop.spawn { await self.answer(exchange) }
  }

  private func answer(_ exchange: HTTPExchange) async {
    let address =
      TrustedProxies.origin(of: exchange, behind: proxies) ?? "a local socket"
    guard let site = sites.site(host: exchange.header("Host"), isSecure: exchange.isSecure) else {
      return refuse(
        exchange, 421, "Not served here",
        "The console is served over TLS under a public name of this gateway, and on loopback. "
          + "Behind a proxy that terminates TLS, set people.url.")
    }
    if let openID, exchange.method == "POST", exchange.path == OpenIDRoutes.logoutPath.description {
      return await openID.logout(exchange, from: address)
    }
    let cookies = exchange.headerValues("Cookie")
    let session = ConsoleCookie.session.value(in: cookies, site).flatMap { token in
      people.person(session: token).map { (token: token, person: $0) }
    }
    let known = ConsoleCookie.visit.value(in: cookies, site).flatMap { Visit.isOne($0) ? $0 : nil }
    let visit = known ?? Visit.make()
    let frame = PageFrame(
      sections: sections, person: session?.person,
      token: session.map { FormToken.make(for: $0.token) } ?? "", path: exchange.path)
    func send(_ response: ConsoleResponse, bound: Bool = false) {
      var response = response
      if bound, known == nil { response.cookies.append((.visit, visit)) }
      respond(exchange, response, site, frame)
    }

    let route: ConsoleRoute
    let parts: [String]
    switch table.match(exchange.method, exchange.path) {
    case .route(let found, let values): (route, parts) = (found, values)
    case .otherMethod(let allowed):
      return refuse(exchange, 405, "Not so", "This page takes \(allowed).", allow: allowed)
    case .none:
      return send(.problem(404, "Not found", "There is no such page."))
    }

    let query = exchange.query.map { FormFields($0.utf8) } ?? FormFields()
    guard let query else {
      return send(.problem(400, "Not understood", "The address of this page is malformed."))
    }
    let isOpen = route.access == .anyone
    if !isOpen {
      guard let session else { return send(signInFirst(exchange)) }
      if case .recent(let seconds) = route.access,
        !people.isRecent(session.person.authentication, within: seconds)
      {
        return send(signInFirst(exchange, anew: true))
      }
    }
    let cookie = isOpen ? visit : session?.token ?? visit
    var fields = FormFields()
    if route.method == .post {
      switch await form(exchange, site, cookie: cookie) {
      case .success(let read): fields = read
      case .failure(let refusal): return send(refusal.response, bound: isOpen)
      }
    }
    let request = ConsoleRequest(
      exchange: exchange, address: address, site: site, person: session?.person,
      formToken: FormToken.make(for: cookie), parts: parts, query: query, fields: fields,
      session: session?.token, binding: cookie)
    send(await route.handler(request), bound: isOpen)
  }

  private struct FormRefusal: Error { let response: ConsoleResponse }

  /// The fields of a form that this site's page sent.
  private func form(
    _ exchange: HTTPExchange, _ site: ConsoleSite, cookie: String
  ) async -> Result<FormFields, FormRefusal> {
    func refused(_ status: Int, _ title: String, _ text: String) -> Result<FormFields, FormRefusal>
    {
      .failure(FormRefusal(response: .problem(status, title, text)))
    }
    guard
      RequestSource.isOwn(
        fetchSite: exchange.header("Sec-Fetch-Site"), origin: exchange.header("Origin"), site)
    else { return refused(403, "Not allowed", "This form did not come from the console.") }
    let type = exchange.header("Content-Type")?.prefix { $0 != ";" }.lowercased()
    guard type == "application/x-www-form-urlencoded" else {
      return refused(415, "Not understood", "The console takes forms only.")
    }
    let body: [UInt8]
    do { body = try await exchange.readBody(limit: Self.bodyBytesMax) } catch {
      return refused(413, "Too large", "This form is larger than the console takes.")
    }
    guard let fields = FormFields(body) else {
      return refused(400, "Not understood", "This form is malformed.")
    }
    guard FormToken.isValid(fields[FormToken.field], for: cookie) else {
      return refused(
        403, "This page is too old",
        "Who is signed in has changed since it was loaded, or cookies are blocked. Go back, load "
          + "it anew, and try again.")
    }
    return .success(fields)
  }

  private func signInFirst(_ exchange: HTTPExchange, anew: Bool = false) -> ConsoleResponse {
    guard exchange.method == "GET" else {
      return .problem(403, "Sign in first", "This takes somebody who signed in just now.")
    }
    let here = exchange.path + (exchange.query.map { "?\($0)" } ?? "")
    return .redirect(to: SignInPath.to(LocalPath(checking: here), anew: anew))
  }

  private func respond(
    _ exchange: HTTPExchange, _ response: ConsoleResponse, _ site: ConsoleSite, _ frame: PageFrame
  ) {
    var headers = PageHeaders.page()
    for (cookie, value) in response.cookies {
      headers.add("Set-Cookie", cookie.setting(value, site))
    }
    switch response.content {
    case .page(let page):
      exchange.respond(status: page.status, headers: headers, body: frame.render(page))
    case .redirect(let path):
      headers.add("Location", path.description)
      exchange.respond(status: 303, headers: headers)
    case .leave(let url):
      headers.add("Location", url)
      exchange.respond(status: 303, headers: headers)
    }
  }

  /// Before it is known as which site the console is asked.
  private func refuse(
    _ exchange: HTTPExchange, _ status: Int, _ title: String, _ text: String, allow: String? = nil
  ) {
    let page = ConsolePage(title, status: status, width: .narrow) { $0.element("p", text) }
    var headers = PageHeaders.page()
    if let allow { headers.add("Allow", allow) }
    exchange.respond(
      status: status, headers: headers,
      body: PageFrame(sections: [], person: nil, token: "", path: exchange.path).render(page))
  }

  private static func home(_ sections: [ConsoleSection]) -> [ConsoleRoute] {
    [
      ConsoleRoute(.get, "/console") { request in
        .redirect(to: sections.first?.path ?? AccountRoutes.page)
      }
    ]
  }
}
