public import HTTP
public import Identity
import JSON
import Ledger

/// People who sign in: their accounts, and signing in at the command line.
extension AdminService {
  static let peoplePath = "/v1/people"
  private static let personBodyBytesMax = 16 * 1024
  /// What a person at the command line is known by between the steps of a sign-in.
  private static let commandLine = "the command line"

  func people(_ exchange: HTTPExchange) async {
    guard let people else {
      return answer(exchange, 404, error: "nobody can sign in at this gateway")
    }
    let path = exchange.path.dropFirst(Self.peoplePath.count).split(separator: "/")
      .map(String.init)
    do throws(PeopleError) {
      switch (exchange.method, path.count) {
      case ("GET", 0): answer(exchange, 200, list(people))
      case ("GET", 1): answer(exchange, 200, shown(try people.account(path[0]), people))
      case ("POST", 0): try await add(exchange, people)
      case ("PUT", 2) where path[1] == "roles": try await setRoles(exchange, path[0], people)
      case ("POST", 2) where path[1] == "reset":
        let made = try await people.reset(path[0], by: .user(facts.userName))
        answer(exchange, 200, shown(made.account, people, invitation: made.invitation))
      case ("DELETE", 1):
        let account = try people.account(path[0])
        try await people.remove(path[0], by: .user(facts.userName))
        answer(exchange, 200, shown(account, people))
      default:
        answer(exchange, 404, error: "no such endpoint: \(exchange.method) \(exchange.path)")
      }
    } catch {
      if case .unknown = error { return answer(exchange, 404, error: error.description) }
      answer(exchange, 409, error: error.description)
    }
  }

  private func add(_ exchange: HTTPExchange, _ people: People) async throws(PeopleError) {
    guard let root = await personBody(exchange) else { return }
    guard let name = root[member: "name"]?.string else {
      return answer(exchange, 400, error: "`name` is needed")
    }
    let made = try await people.add(
      AccountDraft(
        name: name, roles: root[member: "roles"]?.elements.compactMap(\.string) ?? [],
        tenant: root[member: "tenant"]?.string),
      password: root[member: "password"]?.string, by: .user(facts.userName))
    answer(exchange, 200, shown(made.account, people, invitation: made.invitation))
  }

  private func setRoles(
    _ exchange: HTTPExchange, _ name: String, _ people: People
  ) async throws(PeopleError) {
    guard let root = await personBody(exchange) else { return }
    let present = try people.account(name)
    let roles = root[member: "roles"].map { $0.elements.compactMap(\.string) } ?? present.roles
    let tenant = root[member: "tenant"].map(\.string) ?? present.tenant
    let account = try await people.set(
      name, roles: roles, tenant: tenant, by: .user(facts.userName))
    answer(exchange, 200, shown(account, people))
  }

  // MARK: - Signing in

  /// The person whose session a request shows, as `Authorization: Bearer sps_…`; nil without one.
  /// The user of the socket is nobody who signed in.
  public func person(_ exchange: HTTPExchange) -> Person? {
    session(exchange).flatMap { people?.person(session: $0) }
  }

  func session(_ exchange: HTTPExchange) -> String? {
    guard exchange.headerValues("Authorization").count == 1,
      let field = exchange.header("Authorization"), field.hasPrefix("Bearer ")
    else { return nil }
    return String(field.dropFirst("Bearer ".count))
  }

  func logIn(_ exchange: HTTPExchange) async {
    guard let people else {
      return answer(exchange, 404, error: "nobody can sign in at this gateway")
    }
    guard let root = await personBody(exchange) else { return }
    guard let name = root[member: "name"]?.string, let password = root[member: "password"]?.string,
      let code = root[member: "code"]?.string
    else { return answer(exchange, 400, error: "`name`, `password` and `code` are needed") }
    do {
      let step = try await people.signIn(
        name, password: password, binding: Self.commandLine, from: Self.commandLine)
      guard case .code(let ticket) = step else {
        return answer(
          exchange, 409,
          error: "this account has no codes yet: sign in at the console once to set them up")
      }
      let who = try await people.signIn(
        ticket: ticket, code: code, binding: Self.commandLine, from: Self.commandLine)
      let token = try await people.begin(
        who, replacing: session(exchange), from: nil, client: "sallyport login")
      answer(exchange, 200, signedIn(token, people))
    } catch let error as SignInRefusal {
      answer(exchange, 403, error: Self.reason(error))
    } catch {
      answer(exchange, 409, error: "\(error)")
    }
  }

  func logOut(_ exchange: HTTPExchange) async {
    if let session = session(exchange) { await people?.end(session: session, from: nil) }
    answer(exchange, 200, Array(#"{"signedOut":true}"#.utf8))
  }

  private static func reason(_ refusal: SignInRefusal) -> String {
    switch refusal {
    case .wait(let seconds): "too many attempts; try again in \(seconds) s"
    case .busy: "too many people sign in at this moment; try again"
    case .storage(let reason): reason
    default: "the name, the password or the code is wrong, or the code was used already"
    }
  }

  func signedIn(_ token: String, _ people: People) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 256)
    writer.beginObject()
    writer.member("session", token)
    if let person = people.person(session: token) { write(person, to: &writer) }
    writer.endObject()
    return writer.bytes
  }

  // MARK: - JSON

  func personBody(_ exchange: HTTPExchange) async -> JSONNode? {
    do {
      let bytes = try await exchange.readBody(limit: Self.personBodyBytesMax)
      return try JSONDocument(parsing: bytes.isEmpty ? Array("{}".utf8) : bytes).root
    } catch {
      answer(exchange, 400, error: "the body is not JSON: \(error)")
      return nil
    }
  }

  private func list(_ people: People) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 1024)
    writer.beginArray()
    for account in people.accounts { write(account, people, to: &writer) }
    writer.endArray()
    return writer.bytes
  }

  private func shown(
    _ account: Account, _ people: People, invitation: String? = nil
  ) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 512)
    write(account, people, invitation: invitation, to: &writer)
    return writer.bytes
  }

  private func write(
    _ account: Account, _ people: People, invitation: String? = nil, to writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.member("name", account.name)
    writer.array("roles", account.roles)
    writer.member("tenant", account.tenant)
    writer.array("ways", account.ways)
    writer.member("passkeys", account.passkeys.count)
    writer.member("sessions", people.sessions(of: account.name).count)
    writer.member("createdBy", account.createdBy)
    writer.member("createdAt", account.createdAt)
    writer.member("signedInAt", account.signedInAt)
    writer.member("invitedUntil", account.invitedUntil)
    writer.member("invitation", invitation)
    if let invitation, let url = facts.console() {
      writer.member("link", "\(url)/console/invitation#\(invitation)")
    }
    writer.endObject()
  }

  /// The member that says who somebody is and how they signed in.
  func write(_ person: Person, to writer: inout JSONWriter) {
    writer.name("person")
    writer.beginObject()
    writer.member("name", person.name)
    writer.array("roles", person.roles)
    writer.member("tenant", person.tenant)
    writer.array("methods", person.authentication.methods)
    writer.member("context", person.authentication.context)
    writer.member("authenticatedAt", person.authentication.time)
    writer.endObject()
  }
}
