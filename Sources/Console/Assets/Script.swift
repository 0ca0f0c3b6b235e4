/// The one script: it asks the browser for passkeys, and takes an invitation out of the address.
enum Script {
  static let text = """
    "use strict";
    (() => {
      const bytes = (text) =>
        Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
      const text = (buffer) =>
        btoa(String.fromCharCode(...new Uint8Array(buffer)))
          .replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=+$/, "");

      const create = async (options) => {
        const credential = await navigator.credentials.create({ publicKey: {
          challenge: bytes(options.challenge),
          rp: { id: options.rp, name: "Sallyport" },
          user: { id: bytes(options.user), name: options.name, displayName: options.name },
          pubKeyCredParams: options.algorithms.map((alg) => ({ type: "public-key", alg })),
          excludeCredentials: options.known.map((id) => ({ type: "public-key", id: bytes(id) })),
          authenticatorSelection: { residentKey: "required", userVerification: "required" },
          attestation: "none",
          timeout: 300000,
        } });
        const response = credential.response;
        const key = response.getPublicKey();
        if (!key) throw new Error("This authenticator has a kind of key that is not supported.");
        return {
          credential: text(credential.rawId),
          clientData: text(response.clientDataJSON),
          authenticatorData: text(response.getAuthenticatorData()),
          key: text(key),
          algorithm: String(response.getPublicKeyAlgorithm()),
        };
      };

      const get = async (options) => {
        const credential = await navigator.credentials.get({ publicKey: {
          challenge: bytes(options.challenge),
          rpId: options.rp,
          allowCredentials: [],
          userVerification: "required",
          timeout: 300000,
        } });
        const response = credential.response;
        return {
          credential: text(credential.rawId),
          clientData: text(response.clientDataJSON),
          authenticatorData: text(response.authenticatorData),
          signature: text(response.signature),
        };
      };

      const why = (error) =>
        error.name === "NotAllowedError" ? "The passkey was not used. Try again."
        : error.name === "InvalidStateError" ? "This authenticator holds a passkey already."
        : error.message;

      for (const form of document.querySelectorAll("form[data-passkey]")) {
        const alert = form.querySelector("[role=alert]");
        form.addEventListener("submit", async (event) => {
          event.preventDefault();
          alert.hidden = true;
          try {
            if (!window.PublicKeyCredential) throw new Error("This browser has no passkeys.");
            const options = JSON.parse(form.dataset.options);
            const answer = await (form.dataset.passkey === "create" ? create : get)(options);
            for (const [name, value] of Object.entries(answer)) form.elements[name].value = value;
            form.submit();
          } catch (error) {
            alert.textContent = why(error);
            alert.hidden = false;
          }
        });
      }

      const invitation = document.querySelector("input[data-invitation]");
      if (invitation && location.hash.length > 1) {
        invitation.value = location.hash.slice(1);
        history.replaceState(null, "", location.pathname);
        invitation.form.submit();
      }
    })();

    """
}
