"""What the machine that presses every button is made of: people, their hands, what they type, and what must hold."""
