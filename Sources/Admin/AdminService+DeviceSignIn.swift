import HTTP
import Identity
import JSON

/// Signing in at the command line by way of a browser (after RFC 8628).
extension AdminService {
  func beginDeviceSignIn(_ exchange: HTTPExchange) {
    guard let people, let console = facts.console() else {
      return answer(exchange, 404, error: "this gateway has no console to sign in at")
    }
    do throws(PeopleError) {
      let begun = try people.beginDeviceSignIn()
      var writer = JSONWriter(reservingCapacity: 256)
      writer.beginObject()
      writer.member("deviceCode", begun.deviceCode)
      writer.member("userCode", begun.userCode)
      writer.member("url", "\(console)/console/device?code=\(begun.userCode)")
      writer.member("expiresIn", begun.lifetime)
      writer.endObject()
      answer(exchange, 200, writer.bytes)
    } catch {
      answer(exchange, 409, error: error.description)
    }
  }

  func finishDeviceSignIn(_ exchange: HTTPExchange) async {
    guard let people else {
      return answer(exchange, 404, error: "nobody can sign in at this gateway")
    }
    guard let root = await personBody(exchange) else { return }
    guard let code = root[member: "deviceCode"]?.string else {
      return answer(exchange, 400, error: "`deviceCode` is needed")
    }
    switch people.takeDeviceSignIn(code) {
    case .waiting: answer(exchange, 200, Array(#"{"pending":true}"#.utf8))
    case .refused: answer(exchange, 403, error: "it was refused in the browser")
    case .over: answer(exchange, 410, error: "its time is over, or it was used: begin anew")
    case .confirmed(let who):
      do throws(PeopleError) {
        let token = try await people.begin(
          who, replacing: session(exchange), from: nil, client: "sallyport login")
        answer(exchange, 200, signedIn(token, people))
      } catch {
        answer(exchange, 409, error: error.description)
      }
    }
  }
}
