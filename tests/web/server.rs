//! A running `mash serve` and browsers that talk to it, for tests.

use std::{
    cell::RefCell,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use mash_tests_support::{mash, root};
use ureq::Agent;

/// The passphrase of every room that tests make.
pub(crate) const PASSPHRASE: &str = "four plain words here";

/// A server that is killed when it goes out of scope.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
}

impl Server {
    /// Serves a file of sessions on a free port.
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_at(data, "127.0.0.1:0", &[])
    }

    pub(crate) fn start_at(data: &Path, listen: &str, more: &[&str]) -> Self {
        Self::started(&root(), data, listen, more)
    }

    /// Serves the packs and scenarios of another folder than ours.
    pub(crate) fn start_in(files: &Path, data: &Path, more: &[&str]) -> Self {
        Self::started(files, data, "127.0.0.1:0", more)
    }

    fn started(files: &Path, data: &Path, listen: &str, more: &[&str]) -> Self {
        let mut child = Command::new(mash())
            .args(["serve", "--no-browser", "--listen", listen, "--data"])
            .arg(data)
            .args(more)
            .current_dir(files)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        assert!(address.starts_with("http"), "no address was printed");
        Self { child, address: address.trim().to_owned() }
    }

    /// Host and port, to start another there.
    pub(crate) fn listen(&self) -> &str {
        self.address.split_once("://").unwrap().1
    }

    pub(crate) fn signal(&self, signal: &str) {
        assert!(
            Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success()
        );
    }

    /// Waits until it is gone.
    pub(crate) fn wait(mut self) -> ExitStatus {
        for _ in 0..1_000 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the server does not stop");
    }

    pub(crate) fn browser(&self) -> Browser {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(30)));
        Browser {
            agent: config.build().new_agent(),
            address: self.address.clone(),
            cookie: RefCell::new(String::new()),
            token: RefCell::new(String::new()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A browser: one cookie, and the form token of the last page.
#[derive(Clone)]
pub(crate) struct Browser {
    agent: Agent,
    pub(crate) address: String,
    pub(crate) cookie: RefCell<String>,
    pub(crate) token: RefCell<String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) location: String,
}

impl Browser {
    pub(crate) fn get(&self, path: &str) -> Got {
        let request = self.agent.get(format!("{}{path}", self.address));
        let answer = request.header("Cookie", &*self.cookie.borrow()).call().unwrap();
        self.took(answer)
    }

    /// Sends fields as a form of the last page that was seen.
    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Got {
        let token = self.token.borrow().clone();
        let mut all = vec![("form_token", token.as_str())];
        all.extend(fields);
        self.send(path, &all, &[])
    }

    /// Sends fields as they are, with more headers.
    pub(crate) fn send(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Got {
        let mut request = self.agent.post(format!("{}{path}", self.address));
        request = request.header("Cookie", &*self.cookie.borrow());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.took(request.send_form(fields.iter().copied()).unwrap())
    }

    pub(crate) fn put_json(&self, path: &str, body: &str) -> Got {
        let request = self.agent.put(format!("{}{path}", self.address));
        let request = request.header("Cookie", &*self.cookie.borrow());
        self.took(request.content_type("application/json").send(body).unwrap())
    }

    fn took(&self, mut answer: ureq::http::Response<ureq::Body>) -> Got {
        let header = |name: &str| {
            answer.headers().get(name).and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned()
        };
        let (cookie, location) = (header("set-cookie"), header("location"));
        if let Some((pair, _)) = cookie.split_once(';') {
            pair.clone_into(&mut self.cookie.borrow_mut());
        }
        let status = answer.status().as_u16();
        let text = answer.body_mut().with_config().limit(50_000_000).read_to_string().unwrap_or_default();
        if let Some((_, after)) = text.split_once("name=\"form_token\" value=\"")
            && let Some((token, _)) = after.split_once('"')
        {
            token.clone_into(&mut self.token.borrow_mut());
        }
        Got { status, text, location }
    }

    /// Makes a room of these vignettes and gives its code.
    pub(crate) fn make_room(&self, vignettes: &[&str]) -> String {
        self.make_room_with(vignettes, &[])
    }

    /// The same, with more fields of the form.
    pub(crate) fn make_room_with(&self, vignettes: &[&str], more: &[(&str, &str)]) -> String {
        self.get("/rooms/new");
        let mut fields = vec![
            ("title", "Tried out"),
            ("passphrase", PASSPHRASE),
            ("kind", "group"),
            ("pack", "levels-of-need"),
            ("support", "Speak to somebody."),
        ];
        fields.extend(more);
        fields.extend(vignettes.iter().map(|id| ("vignette", *id)));
        let made = self.post("/rooms/new", &fields);
        assert_eq!(made.status, 303, "{}", made.text);
        self.get(&made.location);
        made.location.rsplit('/').next().unwrap().to_owned()
    }

    pub(crate) fn join(&self, code: &str, pseudonym: &str, sector: &str) -> Got {
        self.get("/join");
        let got = self.post("/join", &[("code", code), ("pseudonym", pseudonym), ("sector", sector)]);
        if got.status == 303 {
            self.get(&got.location);
        }
        got
    }

    /// The facilitator goes on from the step at this position.
    pub(crate) fn go_on(&self, code: &str, from: usize) -> Got {
        self.post(&format!("/rooms/{code}/next"), &[("from", &from.to_string())])
    }

    pub(crate) fn answer(&self, code: &str, vignette: usize, round: &str, route: &str, reason: &str) -> Got {
        let vignette = vignette.to_string();
        let fields =
            [("vignette", vignette.as_str()), ("round", round), ("route", route), ("reason", reason)];
        self.post(&format!("/r/{code}/answer"), &fields)
    }

    pub(crate) fn results(&self, code: &str) -> serde_json::Value {
        let got = self.get(&format!("/rooms/{code}/export/results.json"));
        assert_eq!(got.status, 200, "{}", got.text);
        serde_json::from_str(&got.text).unwrap()
    }
}
