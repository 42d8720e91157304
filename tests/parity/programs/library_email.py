import email.message
message = email.message.EmailMessage()
message["Subject"] = "naïve"
message.set_content("text")
print(message.as_string())
