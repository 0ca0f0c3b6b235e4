import Crypto
import Identity
import JSON

/// Forms that the console's script fills with what an authenticator answers.
enum PasskeyForms {
  static func signIn(
    _ request: ConsoleRequest, _ people: People, next: LocalPath, in sheet: inout HTMLWriter
  ) {
    var options = JSONWriter()
    options.beginObject()
    options.name("challenge")
    options.string(Base64URL.encode(people.passkeyChallenge(binding: request.binding)))
    options.name("rp")
    options.string(request.site.host)
    options.endObject()
    form(
      "get", options, to: LocalPath("/console/sign-in/passkey"), request,
      fields: ["credential", "clientData", "authenticatorData", "signature"], in: &sheet
    ) { form in
      form.hidden("next", next.description)
      form.button("Sign in with a passkey", ["class": "main wide"])
    }
  }

  /// - Parameter content: writes what the form holds besides.
  static func create(
    _ request: ConsoleRequest, _ people: People, name: String, to path: LocalPath,
    in sheet: inout HTMLWriter, _ content: (inout HTMLWriter) -> Void
  ) {
    guard let facts = try? people.passkeyFacts(of: name) else { return }
    var options = JSONWriter()
    options.beginObject()
    options.name("challenge")
    options.string(Base64URL.encode(people.newPasskeyChallenge(binding: request.binding)))
    options.name("rp")
    options.string(request.site.host)
    options.name("user")
    options.string(Base64URL.encode(facts.user))
    options.name("name")
    options.string(name)
    options.name("algorithms")
    options.beginArray()
    for number in People.passkeyAlgorithms { options.int(number) }
    options.endArray()
    options.name("known")
    options.beginArray()
    for id in facts.known { options.string(Base64URL.encode(id)) }
    options.endArray()
    options.endObject()
    form(
      "create", options, to: path, request,
      fields: ["credential", "clientData", "authenticatorData", "key", "algorithm"], in: &sheet,
      content)
  }

  /// What the form of a new passkey holds.
  static func registration(_ fields: FormFields) -> PasskeyRegistration? {
    PasskeyRegistration(
      credential: fields["credential"], clientData: fields["clientData"],
      authenticatorData: fields["authenticatorData"], publicKey: fields["key"],
      algorithm: fields["algorithm"])
  }

  private static func form(
    _ purpose: String, _ options: JSONWriter, to path: LocalPath, _ request: ConsoleRequest,
    fields: [String], in sheet: inout HTMLWriter, _ content: (inout HTMLWriter) -> Void
  ) {
    sheet.form(
      to: path, token: request.formToken,
      [
        "data-passkey": purpose,
        "data-options": String(decoding: options.bytes, as: UTF8.self),
      ]
    ) { form in
      form.element("p", ["class": "alert", "role": "alert", "hidden": ""], "")
      for field in fields { form.hidden(field, "") }
      content(&form)
      form.element("noscript") { $0.element("p", "Passkeys need JavaScript.") }
    }
  }
}
