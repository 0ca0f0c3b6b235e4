import Crypto
import Glibc
import Identity

/// What it costs to verify a token: reading it and its claims, finding the key, the signature. And
/// what it costs to know one that was verified: its digest. Writes one JSON object, times in
/// nanoseconds of this thread. With arguments it makes tokens instead (`Mint`).
@main
enum BenchTokens {
  private static let rounds = 2000

  static func main() throws {
    if CommandLine.arguments.count > 1 {
      return try Mint(CommandLine.arguments.dropFirst()).print()
    }
    var members: [String] = []
    for (key, token) in published {
      let algorithm = try CompactJWS(token).algorithm
      let set = try KeySet(
        json: Array(#"{"keys":[{\#(key)}]}"#.utf8), algorithms: [algorithm])
      try add("verify_\(algorithm.rawValue)", to: &members) {
        let jws = try CompactJWS(token)
        _ = try? TokenClaims(jws.payload)
        let keys = set.candidates(id: jws.keyID, algorithm: jws.algorithm)
        return keys.contains { $0.isValid(jws.signature, for: jws.signed, by: jws.algorithm) }
      }
      try add("digest_\(algorithm.rawValue)", to: &members) {
        PresentedToken(token).digest.bytes.count == 32
      }
    }
    print("{\(members.joined(separator: ", "))}")
  }

  private static func add(
    _ name: String, to members: inout [String], _ body: () throws -> Bool
  ) throws {
    var samples: [UInt64] = []
    for _ in 0..<rounds {
      let start = nanoseconds()
      guard try body() else { preconditionFailure("\(name) does not hold") }
      samples.append(nanoseconds() - start)
    }
    samples.sort()
    members.append("\"\(name)_p50_ns\": \(samples[rounds / 2])")
    members.append("\"\(name)_p99_ns\": \(samples[rounds * 99 / 100])")
  }

  private static func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private static let joe =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

  /// RFC 7515, appendices A.2 and A.3; RFC 8037, appendix A.4.
  private static let published = [
    (
      #""kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoT"#
        + #"bji9k0l8W26mPddxHmfHQp"#
        + "-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32"
        + "690r2jZ47soMZo9wGzjb"
        + "_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg6"
        + "65xsmtdVMTBQY4uDZlxv"
        + "b3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs"
        + "91kzk2PAcDTW9gb54h4F"
        + #"RWyuXpoQ""#,
      "eyJhbGciOiJSUzI1NiJ9." + joe + "."
        + "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm"
        + "4Bh-0Qc_lF5YKt_O8W2F"
        + "p5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK"
        + "5h6xBArLIARNPvkSjtQB"
        + "MHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7"
        + "noOPqvhJ1phCnvWh6IeY"
        + "I2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    ),
    (
      #""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
        + #""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#,
      "eyJhbGciOiJFUzI1NiJ9." + joe + "."
        + "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    ),
    (
      #""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#,
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
        + "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    ),
  ]
}
